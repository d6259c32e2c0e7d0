case a in
  b) echo b ;;
  a) echo a
esac
