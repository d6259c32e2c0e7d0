true &&
  echo next line ||
  echo no
echo a |
  cat
