(exit 3) & wait $!; echo $?; true & wait; echo $?; wait 99999; echo $?
