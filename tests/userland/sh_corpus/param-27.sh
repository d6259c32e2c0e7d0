: ${v:=default value}; echo "$v"; unset v; : ${v=x$((1+1))}; echo $v
