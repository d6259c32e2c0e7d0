echo "" '' x"" ''y "a"'b'c
