echo one > f; exec < f; read x; echo $x; read y; echo $? "[$y]"
