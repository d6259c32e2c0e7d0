f() { return; }; false; f; echo $?; true; f; echo $?; f() { false; }; f; echo $?
