exec 3<<E
l1
l2
E
read a <&3; read b <&3; read c <&3; echo $? $a $b "[$c]"
