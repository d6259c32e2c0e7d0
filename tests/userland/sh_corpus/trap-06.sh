f() { trap 'echo in f' EXIT; }; f; echo main
