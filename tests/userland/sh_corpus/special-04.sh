x=1; x=2 y=$x; echo $y; x=3 true; echo $x; x=5; echo $x $(x=6; echo $x) $x; y=$(echo $x) z=$y; echo $z
