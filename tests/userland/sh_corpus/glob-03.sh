touch 'a b' 'c*d'; for f in *; do echo "[$f]"; done; x='a*'; echo $x "$x"; ls a*; set -- *; echo $#
