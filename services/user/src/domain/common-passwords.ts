/**
 * Words that common passwords are made of, folded as password-rules.ts folds (no digits for letters, lower case).
 * The lists of leaked passwords are short words; at 15 characters they come repeated, joined and padded.
 */
export const commonWords: readonly string[] = `
password passwort passwd pass admin administrator root toor user guest login logon welcome letmein changeme default master
superman batman spiderman ironman pokemon pikachu dragon monkey football baseball basketball soccer hockey golf tennis
princess sunshine shadow ashley michael jordan jennifer jessica daniel matthew andrew joshua anthony charlie thomas robert
william george hunter ranger harley buster tigger ginger pepper cookie cheese banana orange summer winter spring autumn
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december iloveyou loveyou love lovely lover forever sweet sweetheart honey baby babygirl angel angels butterfly
flower flowers rainbow diamond silver golden purple yellow black white green blue trustno one qazwsx qwerty qwertz azerty
asdf asdfgh zxcvbn zxcv qwer computer internet samsung apple google facebook instagram twitter youtube amazon microsoft
windows linux ubuntu oracle cisco router server database mysql mongo system secret secrets private public access security
secure mustang ferrari porsche mercedes toyota honda yamaha corvette camaro jaguar cowboy cowboys yankees lakers eagles
steelers packers raiders arsenal chelsea liverpool barcelona realmadrid juventus manchester united starwars startrek
matrix gandalf frodo hobbit merlin wizard magic phoenix falcon eagle tiger lion panther wolf bear horse dolphin turtle
rabbit kitty kitten puppy doggy snoopy scooby mickey minnie donald garfield simpson naruto sasuke goku zelda mario sonic
killer death hell devil satan jesus christ heaven church blessed faith freedom america london paris berlin jakarta
indonesia malaysia singapore bandung surabaya merdeka garuda rahasia sayang cinta bismillah alhamdulillah assalamualaikum
hello world helloworld goodbye test testing tester tests temp temporary example sample demo nothing something anything
whatever please thankyou money dollar million lucky happy birthday family mother father brother sister daughter friends
friend school college student teacher doctor police soldier captain maverick thunder lightning storm fire water earth
music guitar dancer player gamer gaming playboy fuckyou fuck asshole bitch pussy sexy nicole amanda melissa michelle
stephanie samantha elizabeth victoria maggie bailey sophie chelsy hannah oliver jackson austin dallas texas florida
california newyork boston chicago brazil mexico canada germany deutschland france italia espana russia china japan korea
abc xyz foo bar foobar shop store webshop order customer staff account accounts mypassword newpassword yourpassword
`
  .trim()
  .split(/\s+/)
  .toSorted((a, b) => b.length - a.length)
