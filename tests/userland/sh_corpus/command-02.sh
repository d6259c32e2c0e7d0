command false; echo $?; command; echo $?; command -V nosuch; echo $?; command -p true; echo $?
