[ a = a -a b = b ]; echo $?; [ a = b -o b = b ]; echo $?; [ ! a = b ]; echo $?; [ \( a = a \) -a x ]; echo $?; [ ! \( a = a \) ]; echo $?
