[ '!' ]; echo $?; [ -n ]; echo $?; [ '(' ]; echo $?; [ ! '' ]; echo $?; [ ! ! x ]; echo $?
