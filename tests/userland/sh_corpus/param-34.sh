a=1 b=$a; echo $b; a=2 b=$a c=$b; echo $a$b$c
