x=abc; x=${x}def$x; echo $x; x=$x$x; echo ${#x}
