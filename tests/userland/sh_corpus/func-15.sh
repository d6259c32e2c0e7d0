f() { while :; do return 5; done; }; f; echo $?; f() { (return 6); echo $?; }; f
