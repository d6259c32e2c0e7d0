f() { echo func; }; (f; f() { echo new; }; f); f; set -- a b; (shift; echo $1); echo $1
