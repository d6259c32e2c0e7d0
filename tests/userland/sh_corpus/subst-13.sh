echo $((1+1)) $( (echo sub) ) $( { echo grp; } )
