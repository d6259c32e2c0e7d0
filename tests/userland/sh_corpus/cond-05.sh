true
false && true
echo $?; { false; true; }; echo $?; (true; false); echo $?
