f() { return 255; }; f; echo $?; true() { echo mine; }; true; command true; echo $?
