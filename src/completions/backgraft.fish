# fish completion for backgraft(1).

function __backgraft_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l typed $words[-1]
    set -l prefix ''
    if string match -qr -- '^--[^=]+=' $typed
        set prefix (string replace -r '=.*' '=' -- $typed)
    end
    set -l answer (command $words[1] __complete $words[2..-1] 2>/dev/null)
    for line in $answer[2..-1]
        echo $prefix$line
    end
    switch "$answer[1]"
        case files
            __fish_complete_path (string replace -- $prefix '' $typed)
        case directories
            __fish_complete_directories (string replace -- $prefix '' $typed)
    end
end

complete -c backgraft -f -k -a '(__backgraft_complete)'
complete -c git-backgraft -f -k -a '(__backgraft_complete)'
