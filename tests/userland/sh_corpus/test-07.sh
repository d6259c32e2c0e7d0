[ = = = ]; echo $?; [ ! = x ]; echo $?; [ -n = -n ]; echo $?; [ '(' = '(' ]; echo $?; [ -f = -f ]; echo $?
