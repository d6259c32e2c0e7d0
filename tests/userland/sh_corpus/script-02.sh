join() { sep=$1; shift; out=$1; shift; for w; do out=$out$sep$w; done; echo "$out"; }
join , a b c; join '' x y; join ' - ' only
rev() { s=$1 r=; while [ -n "$s" ]; do r=${s%"${s#?}"}$r; s=${s#?}; done; echo "$r"; }
rev abcdef
