(exit 300); echo $?; false; (exit); echo $?; sh -c 'exit 5'; echo $?; f() { exit 6; }; (f); echo $?; exit
