f() ( x=sub; exit 4 ); x=out; f; echo $? $x; f() { echo $0 | cat >/dev/null; echo ok; }; f
