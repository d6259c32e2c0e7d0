exec 3> f; echo three >&3; exec 3>&-; cat f; exec 4< f; read x <&4; echo $x; exec 4<&-
