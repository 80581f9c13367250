#include "shell/commands/complete.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/script/word_splitter.hpp"

namespace tandem::shell {
namespace {

// Options before the command are passed on, so that --config chooses the cluster that is asked.
constexpr std::string_view bash_script =
    R"(# bash completion for tandem; to use it: source <(tandem completion bash)
_tandem() {
  local -a before=() words=()
  local at=1 cur=${COMP_WORDS[COMP_CWORD]} IFS=$' \t\n'
  while (( at < COMP_CWORD )); do
    case ${COMP_WORDS[at]} in
      --config|--set)
        before+=("${COMP_WORDS[at]}")
        (( ++at ))
        [[ ${COMP_WORDS[at]} == = ]] && (( ++at ))
        (( at < COMP_CWORD )) && before+=("${COMP_WORDS[at]}") ;;
      -*) ;;
      *) break ;;
    esac
    (( ++at ))
  done
  if (( at == COMP_CWORD )) && [[ ${COMP_WORDS[at-1]} == --config || $cur == -* ]]; then
    if [[ $cur == -* ]]; then
      COMPREPLY=($(compgen -W '--config --set --json --verbose --help --version' -- "$cur"))
    else
      COMPREPLY=($(compgen -f -- "$cur"))
    fi
    return
  fi
  # Bash cuts words at ':' and '='; put together what belongs together.
  local line=${COMP_LINE:0:COMP_POINT} word='' glued=''
  words=("${COMP_WORDS[@]:at:COMP_CWORD-at}")
  word=${line##*[[:blank:]]}
  if [[ $word == *:* && $word != "$cur" ]]; then
    glued=${word%"${word##*:}"}
    while (( ${#words[@]} )) && [[ $glued == *"${words[-1]}"* ]]; do unset 'words[-1]'; done
    cur=$word
  fi
  [[ $cur == : ]] && cur=$word
  local reply
  COMPREPLY=()
  while IFS= read -r reply; do
    [[ $reply == */ ]] && compopt -o nospace
    reply=$(printf '%q' "$reply")
    COMPREPLY+=("${reply#"$glued"}")
  done < <("${COMP_WORDS[0]}" "${before[@]}" completion words -- "${words[@]}" "$cur" 2>/dev/null)
}
complete -F _tandem tandem
)";

class Completion : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.choice(
        "KIND", {"bash", "words"}, kind_,
        "bash: a script for bash to read. words: what could stand for the last of WORDS, a line each; "
        "the script asks this.");
    arguments.operands("WORDS", ValueKind::text, words_, 0,
                       "Of words: those before the cursor, the last as it is typed.");
  }

  Outcome run(Session& session) override {
    if (kind_.front() == "bash") {
      session.out.write(bash_script);
      return {};
    }
    if (words_.empty()) words_.emplace_back();
    const std::string typed = words_.back();
    words_.pop_back();
    WordSplitter splitter;  // bash hands over what is typed, quotes and all
    splitter.feed_open(typed);
    for (const auto& candidate : candidates(session, words_, splitter.open_word())) {
      if (candidate.word.find('\n') == std::string::npos) session.out.line(candidate.word);
    }
    return {};
  }

 private:
  std::vector<std::string> kind_{};
  std::vector<std::string> words_{};
};

}  // namespace

const Command completion_command{
    "completion",
    "write the completion script for bash",
    "Commands, options, nodes, local and remote paths are completed. Remote paths are looked up in the "
    "cluster "
    "that the command line means.",
    "source <(tandem completion bash)\ntandem completion bash > /etc/bash_completion.d/tandem",
    Command::Group::programs,
    make_verb<Completion>};

}  // namespace tandem::shell
