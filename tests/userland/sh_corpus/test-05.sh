touch f; mkdir d; [ -e f ]; echo $?; [ -f f ]; echo $?; [ -d d ]; echo $?; [ -f d ]; echo $?; [ -s f ]; echo $?; echo x > f; [ -s f ]; echo $?; [ -e none ]; echo $?
