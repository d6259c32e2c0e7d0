f() { set -- x y; echo $1; }; set -- a b; f; echo $1; f() { shift; echo $1; }; f p q; echo $1
