echo hi | (cat; echo sub) | { cat; echo grp; }; f() { cat; }; echo f | f
