# Tries the installer as a user would: without rights, tests what was installed, installs once
# more over it, removes it, and looks what is left.
param([Parameter(Mandatory)][string] $Installer)

$ErrorActionPreference = "Stop"
$uninstall = "HKCU:\Software\Microsoft\Windows\CurrentVersion\Uninstall\EventHistoryInspector"

function Invoke-Checked([string] $File, [string[]] $Arguments) {
    $process = Start-Process -FilePath $File -ArgumentList $Arguments -Wait -PassThru
    if ($process.ExitCode) { throw "$File ended with $($process.ExitCode)" }
}

foreach ($round in "first", "upgrade") {
    Invoke-Checked $Installer @("/S", "/CurrentUser")
    $folder = (Get-ItemProperty $uninstall).InstallLocation
    & "$folder\event-inspector.exe" self-test
    if ($LASTEXITCODE) { throw "The self-test failed after the $round installation." }
}
$command = (Get-ItemProperty "HKCU:\Software\Classes\EventHistoryInspector.Store\shell\open\command")."(default)"
if ($command -notlike '*event-inspectorw.exe" open "%1"') { throw "The file type opens with: $command" }

# NSIS copies its uninstaller away and returns at once; "_?=" makes it stay and be waited for.
Invoke-Checked "$folder\uninstall.exe" @("/CurrentUser", "/S", "_?=$folder")
if (Test-Path $uninstall) { throw "The entry among the installed programs is still there." }
if (Test-Path "$folder\event-inspector.exe") { throw "The program is still there." }
if (Test-Path "HKCU:\Software\Classes\EventHistoryInspector.Store") { throw "The file type is still there." }
Write-Output "Installed, upgraded and removed."
