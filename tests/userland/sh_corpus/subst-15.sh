echo $(# comment ) here
echo after)
