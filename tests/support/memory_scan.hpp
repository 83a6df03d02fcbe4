// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <fstream>
#include <ios>
#include <random>
#include <sstream>
#include <string>
#include <string_view>

#include <sys/types.h>

/// How often `text` is in the memory that a process may write, as far as its maps are small enough to look through.
inline int copies_in(pid_t process, std::string_view text) {
  const std::string directory = "/proc/" + std::to_string(process);
  std::ifstream maps(directory + "/maps");
  std::ifstream memory(directory + "/mem", std::ios::binary);
  int found = 0;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::size_t from = 0;
    std::size_t to = 0;
    char dash = 0;
    std::string rights;
    fields >> std::hex >> from >> dash >> to >> rights;
    if (!rights.starts_with("rw") || to - from > (std::size_t{64} << 20)) continue;
    std::string bytes(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(memory.gcount()));
    for (auto at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) ++found;
  }
  return found;
}

/// The letters of a key of the program's own: made up from its id, so that no other memory holds it.
inline void make_up_key(pid_t program, char (&key)[42]) {
  std::minstd_rand letters(static_cast<unsigned>(program));
  for (char& letter : key) letter = static_cast<char>('a' + letters() % 26);
}

inline std::string made_up_key(pid_t program) {
  char key[42];
  make_up_key(program, key);
  return {key, sizeof key};
}

/// The part of it to look for: the allocator overwrites the first bytes of what it gets back.
inline std::string_view middle(const std::string& key) { return std::string_view(key).substr(16, 20); }
