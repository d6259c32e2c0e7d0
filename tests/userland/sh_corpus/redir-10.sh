# compare: stderr
echo hi >&9; echo $?; cat <&8; echo $?
