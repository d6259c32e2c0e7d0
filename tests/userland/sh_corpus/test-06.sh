touch f; ln -s f l; ln -s none dead; [ -L l ]; echo $?; [ -h f ]; echo $?; [ -e dead ]; echo $?; [ -L dead ]; echo $?; [ -f l ]; echo $?
