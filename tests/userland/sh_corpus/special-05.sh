: > f; : a b c; echo $?; true ignored args; echo $?; : ${x:=v}; echo $x
