# What Doxygen is to read in place of the headers' lines; as many, so that it counts them as they are.

# A heading of a paragraph; the lines below it that are further in than it are code.
s,^( */// )(Exemplar|Gives|Keeps|Laws|Models|Needs|Source): *,\1@heading{\2} ,

# Nothing, in place of what belongs to the namespaces of others.
/^template <>$/ {
  N
  s,^template <>\nstruct (fmt|std)::.*,\n,
}
