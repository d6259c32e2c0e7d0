touch a1 a2 b1 .hidden; echo *; echo a*; echo ?1; echo [ab]1; echo [!a]*; echo .h*; echo none*; echo "a*"; echo a\*
