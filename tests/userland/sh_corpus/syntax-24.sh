{ echo a;}; { echo b; }; {echo c; } 2>/dev/null; echo $?; !echo 2>/dev/null; echo }; echo {a,b} {}
