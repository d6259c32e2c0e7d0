f() { x=global; local y=local; echo $x $y; }; y=outer; f; echo $x $y
