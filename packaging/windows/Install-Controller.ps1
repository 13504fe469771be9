<#
.SYNOPSIS
Sets the controller of dentinel up on a Windows server, from a checkout of its source.

.DESCRIPTION
Never run on a real Windows yet (docs/install.md says what was tried, and how).

An environment from the hashed lock, a home that only SYSTEM, Administrators and the controller
itself may open, and a task that starts the controller with the machine and again when it ends.
It runs as LOCAL SERVICE, who may do little else. Run it again after an upgrade of the source.

.EXAMPLE
.\packaging\windows\Install-Controller.ps1 -ReachedAs controller.lan:8443
#>
#Requires -RunAsAdministrator
param(
    [Parameter(Mandatory)] [string] $ReachedAs,
    [string] $Url = "http://localhost:8444",
    [string] $Program = "$env:ProgramFiles\dentinel-controller",
    [string] $StateDir = "$env:ProgramData\dentinel-controller"
)
$ErrorActionPreference = "Stop"
$source = Resolve-Path "$PSScriptRoot\..\.."
$python = "$Program\Scripts\python.exe"

function Assert-Done([string] $What) {
    if ($LASTEXITCODE -ne 0) { throw "$What failed: what stands above says why. Mend it and run this again." }
}

Stop-ScheduledTask -TaskName "dentinel-controller" -ErrorAction SilentlyContinue
if (-not (Test-Path $python)) { py -3.11 -m venv $Program; Assert-Done "making $Program" }
& $python -m pip install --quiet --require-hashes -r "$source\requirements\controller.txt"
Assert-Done "installing the locked libraries"
& $python -m pip install --quiet --no-deps --no-build-isolation $source
Assert-Done "installing the controller"

# Everybody may make folders in C:\ProgramData, and files in folders that inherit from it. So ours is
# made with its access list from the first instant; and only then is looked whose it is: one that
# somebody else has made, before or meanwhile, is still his, and whatever he left in it.
if (-not (Test-Path $StateDir)) {
    $shut = New-Object Security.AccessControl.DirectorySecurity
    $shut.SetSecurityDescriptorSddlForm("O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;LS)")
    if ($PSVersionTable.PSVersion.Major -ge 6) {
        [IO.FileSystemAclExtensions]::Create([IO.DirectoryInfo]::new($StateDir), $shut)
    } else {
        [IO.Directory]::CreateDirectory($StateDir, $shut) | Out-Null
    }
}
$owner = (Get-Acl $StateDir).GetOwner([Security.Principal.SecurityIdentifier]).Value
$leads = (Get-Item -Force $StateDir).Attributes -band [IO.FileAttributes]::ReparsePoint
if ($leads -or $owner -notin "S-1-5-18", "S-1-5-32-544") {
    throw "$StateDir was made by somebody else ($owner), or leads elsewhere: look what lies there, remove it, and run this again."
}
icacls $StateDir /setowner "*S-1-5-32-544" | Out-Null
Assert-Done "taking $StateDir over"
icacls $StateDir /inheritance:r /grant "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-19:(OI)(CI)M" | Out-Null
Assert-Done "shutting $StateDir"

$words = "-I -m controller.cli.app --home `"$StateDir`" serve --reached-as $ReachedAs --url $Url"
$task = @{
    TaskName  = "dentinel-controller"
    Action    = New-ScheduledTaskAction -Execute $python -Argument $words
    Trigger   = New-ScheduledTaskTrigger -AtStartup
    Principal = New-ScheduledTaskPrincipal -UserId "NT AUTHORITY\LOCAL SERVICE" -LogonType ServiceAccount
    Settings  = New-ScheduledTaskSettingsSet -ExecutionTimeLimit 0 -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
}
Register-ScheduledTask @task -Force | Out-Null
New-NetFirewallRule -DisplayName "dentinel controller" -Direction Inbound -Protocol TCP -LocalPort ($ReachedAs -split ":")[-1] -Action Allow -ErrorAction SilentlyContinue | Out-Null

Write-Output "next: & `"$Program\Scripts\dentinel-controller.exe`" init --org ... --clinic ... --zone ... --email ..."
Write-Output "then: Start-ScheduledTask dentinel-controller"
