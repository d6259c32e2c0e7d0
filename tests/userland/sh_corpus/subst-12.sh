echo $()x "$( )" `` | cat
