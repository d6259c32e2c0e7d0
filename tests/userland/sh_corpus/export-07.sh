unset nosuch; echo $?; x=1; unset x; echo ${x-unset}; f() { :; }; unset -f f; unset -v x; unset x y z; echo $?
