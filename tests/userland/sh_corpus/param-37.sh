f='a b c'; set -- $f; echo $#; set -- "$f"; echo $#; set -- $f$f; echo $#
