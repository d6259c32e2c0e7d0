for i in 1 2 3; do echo $i; done; for i in; do echo no; done; echo $?
