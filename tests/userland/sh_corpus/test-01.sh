[ a = a ]; echo $?; [ a = b ]; echo $?; [ a != b ]; echo $?; [ '' ]; echo $?; [ x ]; echo $?; [ ]; echo $?
