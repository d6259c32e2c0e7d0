set -eu; x=1; echo ${x} ${y-d}; : ${z:=2}; echo $z; [ $x = 2 ] && echo no; echo end
