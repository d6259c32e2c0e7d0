[ a \< b ]; echo $?; [ b \> a ]; echo $?; [ b \< a ]; echo $?; [ "a b" = "a b" ]; echo $?; x=; [ "$x" = "" ]; echo $?
