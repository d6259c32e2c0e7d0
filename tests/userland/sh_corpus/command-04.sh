type echo if true nosuch; echo $?; f() { :; }; type f; type .
